/** What several nodes share: a PostgreSQL server and a server of the S3 protocol. */
@NullMarked
package org.lazaret.it.services;

import org.jspecify.annotations.NullMarked;
