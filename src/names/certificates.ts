/* Makes certificates. Loaded when the first one is needed: it brings the ASN.1 of them with it. */
import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_nameConstraints,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  NameConstraints,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509'

const DAY = 24 * 60 * 60 * 1000
/** A clock may be behind. */
const BEFORE = DAY
const AUTHORITY_LASTS = 10 * 365 * DAY
/** Browsers refuse what is valid for longer than 825 days. These are made anew with each start of the proxy. */
const LASTS = 90 * DAY

const COMMON_NAME = '2.5.4.3'
const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2'
const SERVERS = new ExtendedKeyUsage([id_kp_serverAuth])

/**
 * The certificate of an authority that can vouch for `localhost` and names below it, and for nothing else: neither for a name of
 * the internet nor for an address.
 *
 * @returns PEM
 */
export function authorityCertificate(name: string, key: KeyObject, now: number): string {
  const addresses = ['0.0.0.0/0', '::/0'].map(
    (iPAddress) => new GeneralSubtree({ base: new GeneralName({ iPAddress }) }),
  )
  const names = new NameConstraints({
    permittedSubtrees: new GeneralSubtrees([new GeneralSubtree({ base: new GeneralName({ dNSName: 'localhost' }) })]),
    excludedSubtrees: new GeneralSubtrees(addresses),
  })
  return certificate(
    { subject: name, issuer: name, key, issuerKey: key, from: now - BEFORE, to: now + AUTHORITY_LASTS },
    [
      extension(id_ce_basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 }), true),
      extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign), true),
      extension(id_ce_extKeyUsage, SERVERS),
      extension(id_ce_nameConstraints, names, true),
      extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(idOf(key))),
    ],
  )
}

/** The certificate of one host name, by an authority. PEM. */
export function hostCertificate(
  host: string,
  key: KeyObject,
  authority: { name: string; key: KeyObject },
  now: number,
): string {
  const { name: issuer, key: issuerKey } = authority
  // A subject is limited to 64 characters, and browsers read only the alternative names.
  return certificate({ subject: 'tuix-ps', issuer, key, issuerKey, from: now - BEFORE, to: now + LASTS }, [
    extension(id_ce_basicConstraints, new BasicConstraints({ cA: false }), true),
    extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature), true),
    extension(id_ce_extKeyUsage, SERVERS),
    extension(id_ce_subjectAltName, new SubjectAlternativeName([new GeneralName({ dNSName: host })])),
    extension(
      id_ce_authorityKeyIdentifier,
      new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(idOf(issuerKey)) }),
    ),
  ])
}

interface Contents {
  subject: string
  issuer: string
  key: KeyObject
  issuerKey: KeyObject
  /** Epoch ms. */
  from: number
  to: number
}

function certificate({ subject, issuer, key, issuerKey, from, to }: Contents, extensions: Extension[]): string {
  const signatureAlgorithm = new AlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA256 })
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: serialNumber(),
    signature: signatureAlgorithm,
    issuer: nameOf(issuer),
    validity: new Validity({ notBefore: new Date(from), notAfter: new Date(to) }),
    subject: nameOf(subject),
    subjectPublicKeyInfo: publicKeyOf(key),
    extensions: new Extensions(extensions),
  })
  const signature = sign('sha256', Buffer.from(AsnConvert.serialize(tbsCertificate)), issuerKey)
  const signatureValue = new Uint8Array(signature).buffer
  const whole = AsnConvert.serialize(new Certificate({ tbsCertificate, signatureAlgorithm, signatureValue }))
  const lines =
    Buffer.from(whole)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

function extension(extnID: string, value: object, critical = false): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) })
}

/** Random, positive, and of a fixed length. */
function serialNumber(): ArrayBuffer {
  const bytes = new Uint8Array(randomBytes(16))
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
  return bytes.buffer
}

function nameOf(text: string): Name {
  const value = new AttributeValue({ utf8String: text })
  return new Name([new RelativeDistinguishedName([new AttributeTypeAndValue({ type: COMMON_NAME, value })])])
}

function publicKeyOf(key: KeyObject): SubjectPublicKeyInfo {
  return AsnConvert.parse(createPublicKey(key).export({ type: 'spki', format: 'der' }), SubjectPublicKeyInfo)
}

function idOf(key: KeyObject): Buffer {
  const { subjectPublicKey } = publicKeyOf(key)
  return createHash('sha256').update(new Uint8Array(subjectPublicKey)).digest().subarray(0, 20)
}
