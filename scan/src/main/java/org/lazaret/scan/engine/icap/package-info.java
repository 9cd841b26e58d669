/**
 * Asks an ICAP server (RFC 3507) for its judgement: takes a sample, wraps it into an HTTP message as a proxy would have it, hands on what the
 * answer says. Answers of ICAP are meant for changing traffic, not for judging it, so that only two of them count as clean: that nothing needs
 * to be changed, or the same bytes back.
 */
@NullMarked
package org.lazaret.scan.engine.icap;

import org.jspecify.annotations.NullMarked;
