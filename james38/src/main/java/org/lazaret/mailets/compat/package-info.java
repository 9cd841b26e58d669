/** What differs between James 3.8 and 3.9 beyond package names: this is the copy for 3.8. */
@NullMarked
package org.lazaret.mailets.compat;

import org.jspecify.annotations.NullMarked;
