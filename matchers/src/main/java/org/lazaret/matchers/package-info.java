/** Placeholder. */
@NullMarked
package org.lazaret.matchers;

import org.jspecify.annotations.NullMarked;
