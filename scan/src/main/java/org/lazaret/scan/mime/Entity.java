package org.lazaret.scan.mime;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What one header says about the body behind it.
 *
 * @param type        media type, lower case; what stands for it by default when the header has none
 * @param boundaries  what can separate the parts of a multipart, likeliest first; empty for anything else
 * @param encoding    content transfer encoding, lower case; empty when the header has none
 * @param attachment  whether Content-Disposition says so
 * @param names       file names, the one that most programs show first
 * @param subject     empty but for a message
 */
record Entity(String type, List<String> boundaries, String encoding, boolean attachment, List<String> names, String subject) {

    static Entity of(Fields fields, String defaultType) {
        List<Fields.Field> types = fields.all(Fields.TYPE);
        Parameters type = Parameters.parse(types.isEmpty() ? "" : types.getFirst().value());
        List<Fields.Field> dispositions = fields.all(Fields.DISPOSITION);
        Parameters disposition = Parameters.parse(dispositions.isEmpty() ? "" : dispositions.getFirst().value());
        List<Fields.Field> encodings = fields.all(Fields.ENCODING);
        String encoding = encodings.isEmpty() ? "" : Parameters.parse(encodings.getFirst().value()).main();
        String main = type.main().isEmpty() ? defaultType : type.main();
        Set<String> names = new LinkedHashSet<>();
        for (Fields.Field field : dispositions) {
            names.addAll(FileNames.of(Parameters.parse(field.value()), "filename"));
        }
        for (Fields.Field field : types) {
            names.addAll(FileNames.of(Parameters.parse(field.value()), "name"));
        }
        List<Fields.Field> subjects = fields.all(Fields.SUBJECT);
        String subject = subjects.isEmpty() ? "" : Words.decodeWords(subjects.getFirst().value());
        List<String> boundaries = main.startsWith("multipart/") ? type.values("boundary") : List.of();
        return new Entity(main, boundaries, encoding, disposition.main().equals("attachment"), new ArrayList<>(names), subject);
    }

    boolean multipart() {
        return !boundaries.isEmpty();
    }

    String name() {
        return names.isEmpty() ? "" : names.getFirst();
    }
}
