/**
 * The James 3.9 server reduced to mail processing: real extension loading, spooler, processors and mailets. Its protocol servers are not in
 * the registry, so mail is put on the spool and read where {@code LocalDelivery} leaves it.
 */
@NullMarked
package org.lazaret.it.james39;

import org.jspecify.annotations.NullMarked;
