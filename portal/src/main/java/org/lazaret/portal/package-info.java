/** Placeholder. */
@NullMarked
package org.lazaret.portal;

import org.jspecify.annotations.NullMarked;
