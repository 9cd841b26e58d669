/**
 * Load on a James as a gateway: mail goes in by SMTP and comes out by SMTP at a next hop that is ours, so that the way of each mail is timed from
 * end to end and none can be lost unnoticed. {@code bench/mail} compares servers with it, and the soak test runs one for a long time.
 */
@NullMarked
package org.lazaret.it.load;

import org.jspecify.annotations.NullMarked;
