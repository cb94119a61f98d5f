#!/bin/sh
# Makes the recorded files beside it, with keytool (Java 17) and openssl 3. Run it in an empty directory; the tests
# read what is recorded, so that they need neither tool. Every password is `changeit`, that of keys `keypass1` where
# a format has its own. The keys protect nothing.
set -eu
days=36500
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout root.key -out root.pem -subj "/O=Fixtures/CN=Fixture Root" -days $days 2>/dev/null
openssl ecparam -name prime256v1 -genkey -noout -out ec.sec1.pem
openssl genrsa -traditional -out rsa.pkcs1.pem 2048 2>/dev/null
openssl req -new -key ec.sec1.pem -subj "/O=Fixtures/CN=node.example" -addext "subjectAltName=DNS:node.example,IP:10.0.0.1,URI:spiffe://flink/node" -out request.pem
printf 'subjectAltName=DNS:node.example,IP:10.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\nkeyUsage=critical,digitalSignature\n' > extensions
openssl x509 -req -in request.pem -CA root.pem -CAkey root.key -days $days -set_serial 0x1234 -extfile extensions -out leaf.pem 2>/dev/null
openssl pkcs8 -topk8 -in ec.sec1.pem -passout pass:changeit -out ec.pbes2.pem
openssl pkcs8 -topk8 -in ec.sec1.pem -passout pass:changeit -v1 PBE-SHA1-3DES -out ec.3des.pem
openssl pkcs8 -topk8 -in ec.sec1.pem -passout pass:changeit -scrypt -out ec.scrypt.pem
openssl pkcs8 -topk8 -in ec.sec1.pem -passout pass:changeit -v2 aes-128-cbc -v2prf hmacWithSHA1 -outform DER -out ec.sha1.der
openssl pkcs8 -topk8 -nocrypt -in ec.sec1.pem -outform DER -out ec.pkcs8.der
openssl ec -in ec.sec1.pem -aes128 -passout pass:changeit -out ec.old.pem 2>/dev/null
openssl crl2pkcs7 -nocrl -certfile leaf.pem -certfile root.pem -outform DER -out chain.p7b
openssl x509 -in leaf.pem -outform DER -out leaf.der
openssl pkey -in ec.sec1.pem -pubout -out public.pem
touch index; echo 01 > crlnumber
printf '[ca]\ndefault_ca=a\n[a]\ndatabase=index\ncrlnumber=crlnumber\ndefault_md=sha256\n' > ca.conf
openssl ca -config ca.conf -gencrl -keyfile root.key -cert root.pem -crldays 36500 -out list.crl.pem 2>/dev/null
p12() { openssl pkcs12 -export -in leaf.pem -inkey ec.sec1.pem -certfile root.pem -name Node -passout pass:changeit "$@"; }
p12 -out openssl.p12
p12 -legacy -out openssl.legacy.p12
p12 -nomac -keypbe NONE -certpbe NONE -out openssl.plain.p12
p12 -iter 1 -out openssl.quick.p12
openssl pkcs12 -export -nokeys -in leaf.pem -passout pass:changeit -out openssl.certificates.p12
kt() { keytool -J-Duser.language=en "$@" 2>/dev/null; }
key="-genkeypair -alias Mine -dname CN=keytool -keyalg EC -groupname secp256r1 -validity 36500 -storepass changeit"
kt $key -storetype PKCS12 -keystore keytool.p12
kt $key -storetype JKS -keypass keypass1 -keystore keytool.jks
kt $key -storetype JCEKS -keypass keypass1 -keystore keytool.jceks
kt -importcert -noprompt -alias root -file root.pem -storetype JKS -storepass changeit -keystore keytool.jks
kt -importcert -noprompt -alias root -file root.pem -storetype PKCS12 -storepass changeit -keystore keytool.trust.p12
kt -importcert -noprompt -alias root -file root.pem -storetype JKS -storepass changeit -keystore keytool.trust.jks
kt -genseckey -alias secret -keyalg AES -keysize 256 -storetype PKCS12 -storepass changeit -keystore keytool.secret.p12
rm -f root.key extensions index index.* crlnumber crlnumber.* ca.conf
