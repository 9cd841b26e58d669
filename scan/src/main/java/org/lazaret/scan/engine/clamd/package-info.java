/** ClamAV's daemon as an engine. */
@NullMarked
package org.lazaret.scan.engine.clamd;

import org.jspecify.annotations.NullMarked;
