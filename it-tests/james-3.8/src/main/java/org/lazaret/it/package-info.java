/**
 * A whole James 3.8 with the packed Lazaret jar in it, as an operator would run it, and what speaks to it from outside: SMTP, IMAP, HTTP.
 * Nothing here knows a class of Lazaret. The integration tests and {@code bin/demo} are written with it.
 */
@NullMarked
package org.lazaret.it;

import org.jspecify.annotations.NullMarked;
