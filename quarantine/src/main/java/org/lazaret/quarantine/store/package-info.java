/**
 * The quarantine put together: takes the settings and hands on a {@link org.lazaret.quarantine.Quarantine} over content store, index,
 * envelopes, notices and release.
 */
@NullMarked
package org.lazaret.quarantine.store;

import org.jspecify.annotations.NullMarked;
