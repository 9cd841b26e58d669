/**
 * Asks Juniper ATP Cloud by its Open API: takes a sample, looks up its hash, submits what is not known, and hands on the score when the
 * analysis is complete.
 */
@NullMarked
package org.lazaret.scan.engine.atp;

import org.jspecify.annotations.NullMarked;
