/** A Java agent that ends the server at a named point of its work, so that no class of the product knows of tests. */
@NullMarked
package org.lazaret.it.crash;

import org.jspecify.annotations.NullMarked;
