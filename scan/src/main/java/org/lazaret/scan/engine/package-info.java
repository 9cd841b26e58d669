/**
 * What do others say of these bytes? Takes the decoded bytes of an attachment to engines outside of this program (clamd, ICAP servers, hash
 * lists, ATP Cloud), all at once and until one deadline, and hands on what each of them answered. An engine that does not answer is a
 * failure, never a clean answer.
 */
@NullMarked
package org.lazaret.scan.engine;

import org.jspecify.annotations.NullMarked;
