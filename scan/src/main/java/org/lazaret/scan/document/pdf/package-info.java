/**
 * PDF (ISO 32000-2): takes files and reports actions, scripts and embedded files, found in every object of the file and of its object
 * streams, whether or not a cross-reference table knows them; hands on embedded files.
 */
@NullMarked
package org.lazaret.scan.document.pdf;

import org.jspecify.annotations.NullMarked;
