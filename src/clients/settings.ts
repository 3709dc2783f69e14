/** How to reach and handle one gateway, as the configuration says it (already parsed and checked). */

/** Where a secret comes from. The value itself is read at the moment of use and never kept in a model. */
export type SecretSource =
  | { readonly kind: "env"; readonly name: string }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "command"; readonly argv: readonly string[] }
  /** A value inside a JSON or JSON5 file, such as OpenClaw's own configuration. */
  | { readonly kind: "json"; readonly file: string; readonly path: readonly string[] }
  /** A variable in a `.env` file. */
  | { readonly kind: "dotenv"; readonly file: string; readonly name: string }
  | { readonly kind: "inline"; readonly value: string };

export type ServiceSettings =
  | { readonly kind: "systemd-user" | "systemd" | "launchd"; readonly unit: string }
  | { readonly kind: "openclaw" }
  | {
      readonly kind: "command";
      readonly stop: readonly string[];
      readonly start: readonly string[];
      readonly status: readonly string[];
    }
  | { readonly kind: "none" };

export type GatewaySettings = {
  readonly name: string;
  readonly url: string;
  readonly labels: readonly string[];
  readonly token?: SecretSource;
  readonly password?: SecretSource;
  /** Absent: a remote gateway, watched only. */
  readonly stateDir?: string;
  readonly service: ServiceSettings;
  readonly readOnly: boolean;
  /** Plain ws to another machine is refused unless this says otherwise. */
  readonly insecure: boolean;
  readonly tls?: {
    /** Exactly this certificate, whoever signed it. */
    readonly fingerprint?: string;
    /** Exactly the certificate in this file, as it is when a connection is made: a renewed one is followed. */
    readonly certFile?: string;
    /** Any certificate of this authority. */
    readonly caFile?: string;
  };
  /** Prometheus text to read beside the rest. */
  readonly metricsUrl?: string;
  /** Only HTTP probes: for gateways that speak nothing else. */
  readonly httpOnly: boolean;
};
