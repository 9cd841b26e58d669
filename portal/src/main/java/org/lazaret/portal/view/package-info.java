/**
 * What the templates show: takes records of the quarantine and hands on plain texts, in words for people, with characters that could
 * mislead made visible. Escaping is the template engine's.
 */
@NullMarked
package org.lazaret.portal.view;

import org.jspecify.annotations.NullMarked;
