/**
 * Office's binary formats: takes OLE2 compound files ([MS-CFB]) and reports VBA ([MS-OVBA]), Excel 4 macros ([MS-XLS]), fields and
 * templates of Word ([MS-DOC]), objects of PowerPoint ([MS-PPT]), packages and encryption ([MS-OFFCRYPTO]); hands on embedded files.
 */
@NullMarked
package org.lazaret.scan.document.ole;

import org.jspecify.annotations.NullMarked;
