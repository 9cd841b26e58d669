/**
 * Measures how long the classification takes over generated mails, and how long the fastest known way takes to decode and hash the same
 * bytes ({@link org.lazaret.bench.Floor}), in one run: ratios carry over from machine to machine, times do not.
 */
@NullMarked
package org.lazaret.bench;

import org.jspecify.annotations.NullMarked;
