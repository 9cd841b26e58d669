/**
 * One server for a long time: mail at most of what it can do, while engines and the database go away and come back and people read what is held.
 * In the end nothing may be lost, and nothing may have grown.
 */
@NullMarked
package org.lazaret.it.soak;

import org.jspecify.annotations.NullMarked;
