/** Placeholder. */
@NullMarked
package org.lazaret.cli;

import org.jspecify.annotations.NullMarked;
