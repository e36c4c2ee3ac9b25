#!/bin/sh
# Makes a test CA, a server certificate and a client certificate (common name: reader) in the folder given, once.
set -eu
mkdir -p "$1"
cd "$1"
[ ! -s client.crt ] || exit 0

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj "/CN=test-ca" \
  -keyout ca.key -out ca.crt

# sign NAME COMMON-NAME EXTENSIONS
sign() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$2" -keyout "$1.key" -out "$1.csr"
  printf '%s\n' "$3" > "$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 365 -extfile "$1.ext" -out "$1.crt"
  rm "$1.csr" "$1.ext"
}

sign server etcd-tls "subjectAltName = DNS:localhost,DNS:etcd-tls,IP:127.0.0.1
extendedKeyUsage = serverAuth,clientAuth"
sign client reader "extendedKeyUsage = clientAuth"

# A container makes them as root, and the user of the host reads them. They guard nothing but a test server.
chmod a+r ./*
