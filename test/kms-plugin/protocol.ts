import protobuf from "protobufjs";

/** k8s.io/kms apis/v2/api.proto and apis/v1beta1/api.proto, as far as a plugin needs them. */
const PROTO = `
  syntax = "proto3";
  message StatusRequest {}
  message StatusResponse { string version = 1; string healthz = 2; string key_id = 3; }
  message DecryptRequestV2 { bytes ciphertext = 1; string uid = 2; string key_id = 3; map<string, bytes> annotations = 4; }
  message DecryptResponseV2 { bytes plaintext = 1; }
  message EncryptRequestV2 { bytes plaintext = 1; string uid = 2; }
  message EncryptResponseV2 { bytes ciphertext = 1; string key_id = 2; map<string, bytes> annotations = 3; }
  message VersionRequest { string version = 1; }
  message VersionResponse { string version = 1; string runtime_name = 2; string runtime_version = 3; }
  message DecryptRequestV1 { string version = 1; bytes cipher = 2; }
  message DecryptResponseV1 { bytes plain = 1; }
  message EncryptRequestV1 { string version = 1; bytes plain = 2; }
  message EncryptResponseV1 { bytes cipher = 1; }
`;

const root = protobuf.parse(PROTO, { keepCase: true }).root;

/** A method of the plugin API: what `answer` returns is encoded as `response`. */
export function method<Request>(
  path: string,
  request: string,
  response: string,
  answer: (request: Request) => Promise<object>,
) {
  const [requestType, responseType] = [root.lookupType(request), root.lookupType(response)];
  return {
    path,
    requestStream: false as const,
    responseStream: false as const,
    requestSerialize: (message: object) => Buffer.from(requestType.encode(message).finish()),
    requestDeserialize: (bytes: Buffer) =>
      requestType.toObject(requestType.decode(bytes), { defaults: true }) as object,
    responseSerialize: (message: object) => Buffer.from(responseType.encode(message).finish()),
    responseDeserialize: (bytes: Buffer) => responseType.decode(bytes) as object,
    answer: answer as (request: object) => Promise<object>,
  };
}
