/** Stand-ins for two mailets of James, by the names that {@code mailetcontainer.xml} knows: their module is not in the registry for 3.9. */
@NullMarked
package org.apache.james.transport.mailets;

import org.jspecify.annotations.NullMarked;
