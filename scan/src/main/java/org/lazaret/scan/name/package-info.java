/**
 * What a name tries: takes the name of an attachment or entry, and hands on findings about its extension and about characters that make
 * it look like something else.
 */
@NullMarked
package org.lazaret.scan.name;

import org.jspecify.annotations.NullMarked;
