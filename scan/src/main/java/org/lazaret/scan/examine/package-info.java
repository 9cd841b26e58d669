/**
 * The course of one scan: takes decoded items, runs the analysers over them under the budget of the mail, and hands on findings and
 * obstacles. Content lies on the heap up to a limit, then in one temporary file that is gone when the scan ends.
 */
@NullMarked
package org.lazaret.scan.examine;

import org.jspecify.annotations.NullMarked;
