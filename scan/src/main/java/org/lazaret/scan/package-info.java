/**
 * What is in a mail? Takes the bytes of a message or of a single file and hands on a {@link org.lazaret.scan.Verdict}.
 *
 * <p>This package is the whole public face of the classification; the packages below it are its parts. Nothing here knows
 * James, a store or a policy.
 */
@NullMarked
package org.lazaret.scan;

import org.jspecify.annotations.NullMarked;
