/** What differs between James 3.9 and 3.8 beyond package names. The module for 3.8 has its own copy of this package. */
@NullMarked
package org.lazaret.mailets.compat;

import org.jspecify.annotations.NullMarked;
