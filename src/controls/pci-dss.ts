import type { Control } from "./control.ts";

/** PCI DSS 4.0, as far as secrets in etcd protect account data. Titles are short forms of its requirements. */
export const PCI_DSS = {
  "PCI DSS 4.0": [
    { id: "3.5.1", title: "Stored account data is rendered unreadable", matter: "data-at-rest" },
    { id: "3.6.1", title: "Keys are protected against disclosure and misuse", matter: "key-protection" },
    { id: "3.6.1.1", title: "The cryptographic architecture is documented", matter: "key-custody" },
    { id: "3.6.1.2", title: "Keys are stored in an accepted form", matter: "key-custody" },
    { id: "3.6.1.4", title: "Keys are stored in the fewest possible locations", matter: "key-custody" },
    { id: "3.7.4", title: "Keys are changed at the end of their cryptoperiod", matter: "key-change-policy" },
    { id: "3.7.5", title: "Keys are retired, replaced or destroyed", matter: "key-replacement" },
  ],
} as const satisfies Record<string, readonly Control[]>;
