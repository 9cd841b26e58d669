/**
 * Feeds every parser with what no mail program would write: {@link org.lazaret.scan.fuzz.FuzzTarget} says what must hold for any bytes,
 * {@link org.lazaret.scan.fuzz.FuzzTargetTest} holds it for samples, kept inputs and mutations in every test run, and
 * {@code bin/fuzz} searches on, guided by coverage, for as long as it is told.
 */
@NullMarked
package org.lazaret.scan.fuzz;

import org.jspecify.annotations.NullMarked;
