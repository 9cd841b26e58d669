/**
 * Envelopes and keys: takes plain bytes and hands on CMS AuthEnvelopedData (RFC 5083, RFC 5084) for the configured certificates, and the
 * other way round. The only package that imports BouncyCastle.
 */
@NullMarked
package org.lazaret.quarantine.crypto;

import org.jspecify.annotations.NullMarked;
