package org.lazaret.scan.inspect;

import java.util.List;
import java.util.Set;
import org.lazaret.scan.type.Type;

/**
 * One attachment, archive entry or embedded object.
 *
 * @param path         names from the attachment down, its own name last
 * @param name         its own name as a recipient's program would show it; empty when it has none
 * @param declaredType media type that the container declares, lower case, without parameters; empty when it declares none
 * @param types        every type the bytes are of, polyglots as each of theirs; never empty
 * @param depth        0 for an attachment
 */
public record Item(List<String> path, String name, String declaredType, Content content, Set<Type> types, int depth) {
    public Item {
        path = List.copyOf(path);
        types = Set.copyOf(types);
    }

    public boolean is(Type type) {
        return types.contains(type);
    }
}
