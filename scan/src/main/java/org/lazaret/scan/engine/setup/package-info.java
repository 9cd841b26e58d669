/** Makes the engines of an installation out of its settings. */
@NullMarked
package org.lazaret.scan.engine.setup;

import org.jspecify.annotations.NullMarked;
