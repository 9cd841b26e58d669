/**
 * Archives and disk images: takes a container and hands each entry on to be judged like an attachment, by every listing that some
 * program would go by; what cannot be read is reported, with the names that can.
 */
@NullMarked
package org.lazaret.scan.archive;

import org.jspecify.annotations.NullMarked;
