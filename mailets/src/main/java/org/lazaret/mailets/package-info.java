/** Placeholder. */
@NullMarked
package org.lazaret.mailets;

import org.jspecify.annotations.NullMarked;
