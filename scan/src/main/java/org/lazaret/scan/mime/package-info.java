/**
 * The walk over the bytes of a message (RFC 5322, RFC 2045 to 2049) without a parser in between: takes raw blocks as they are pushed,
 * hands on decoded parts, and notes everything that two readers could take differently. What is noted is read again in every plausible
 * way.
 */
@NullMarked
package org.lazaret.scan.mime;

import org.jspecify.annotations.NullMarked;
