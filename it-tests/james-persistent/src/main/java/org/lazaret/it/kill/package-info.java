/**
 * The kill test: sends mail to a server and decides about held mail, kills the server, starts it again on the same folder, and at the end
 * looks for everything that the server said it has.
 */
@NullMarked
package org.lazaret.it.kill;

import org.jspecify.annotations.NullMarked;
