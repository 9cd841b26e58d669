/** What a file is by its bytes: takes content and hands on every {@link org.lazaret.scan.type.Type} that a reader could take it for. */
@NullMarked
package org.lazaret.scan.type;

import org.jspecify.annotations.NullMarked;
