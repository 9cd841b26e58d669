/** How fast are the portal's pages? */
@NullMarked
package org.lazaret.bench.portal;

import org.jspecify.annotations.NullMarked;
