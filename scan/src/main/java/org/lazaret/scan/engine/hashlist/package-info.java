/**
 * Lists of SHA-256 in files as an engine: reads what trackers publish into one sorted table on disk, looks hashes up in it, and reads it anew
 * when a file changes.
 */
@NullMarked
package org.lazaret.scan.engine.hashlist;

import org.jspecify.annotations.NullMarked;
