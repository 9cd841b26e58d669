/**
 * Where the sealed bytes of held mail lie: takes them by record id and hands them back. What is in them is nobody's business here.
 */
@NullMarked
package org.lazaret.quarantine.content;

import org.jspecify.annotations.NullMarked;
