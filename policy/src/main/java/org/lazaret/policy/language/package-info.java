/**
 * Languages that recipients and administrators are addressed in: takes the name of a text and hands on the text in a language, or in English
 * where there is none. Knows nothing of what is said.
 */
@NullMarked
package org.lazaret.policy.language;

import org.jspecify.annotations.NullMarked;
