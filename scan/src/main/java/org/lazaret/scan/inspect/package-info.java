/**
 * The port between the walk over a mail and the kinds of evidence: an {@link org.lazaret.scan.inspect.Analyser} takes an
 * {@link org.lazaret.scan.inspect.Item} and tells an {@link org.lazaret.scan.inspect.Examination} what it saw; items found inside are
 * handed back to the examination, which judges them like attachments, under the one budget of the mail.
 */
@NullMarked
package org.lazaret.scan.inspect;

import org.jspecify.annotations.NullMarked;
