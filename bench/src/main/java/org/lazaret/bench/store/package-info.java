/**
 * How fast is the quarantine's store? Takes a folder or a database, fills it with generated mail, and prints what it measured.
 */
@NullMarked
package org.lazaret.bench.store;

import org.jspecify.annotations.NullMarked;
