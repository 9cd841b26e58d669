package org.lazaret.scan.mime;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What one header says about the body behind it, to one reader.
 *
 * @param type       media type, lower case; what stands for it by default when the header has none
 * @param typeField  Content-Type as written; empty when the header has none
 * @param boundaries what can separate the parts of a multipart, likeliest first; empty for anything else
 * @param encoding   content transfer encoding, lower case; empty when the header has none
 * @param certain    whether every reader takes the same encoding
 * @param attachment whether Content-Disposition says so
 * @param names      file names, the one that most programs show first
 * @param conflict   whether two of the names that follow the grammar end differently
 * @param subject    empty but for a message
 */
record Entity(String type, String typeField, List<String> boundaries, String encoding, boolean certain, boolean attachment,
              List<String> names, boolean conflict, String subject) {
    private static final Pattern MEDIA_TYPE = Pattern.compile("[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+");
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final Pattern OUTER_BLANKS = Pattern.compile("^[ \\t\\r\\n]+|[ \\t\\r\\n]+$");
    private static final Set<String> ENCODINGS = Set.of("7bit", "8bit", "binary", "base64", "quoted-printable");
    private static final int MAX_NAMES = 16;

    /** Reads a header. */
    static Entity of(Fields fields, String defaultType, Reading reading, Set<Anomaly> anomalies) {
        List<Fields.Field> types = fields.all(Fields.TYPE, true);
        List<Fields.Field> dispositions = fields.all(Fields.DISPOSITION, true);
        List<Fields.Field> encodings = fields.all(Fields.ENCODING, true);
        anomalies.addAll(doubts(types, dispositions, encodings));
        if (fields.cut()) {
            anomalies.add(Anomaly.FIELD_LONG);
        }
        String typeField = chosen(fields, Fields.TYPE, reading);
        Parameters type = Parameters.parse(typeField);
        String main = type.main().isEmpty() ? defaultType : type.main();
        main = main.startsWith("multipart") && main.indexOf('/') < 0 ? "multipart/mixed" : main;
        List<String> boundaries = List.of();
        if (reading.last() && types.stream().anyMatch(f -> Fields.lower(f.value()).contains("multipart"))) {
            Set<String> all = new LinkedHashSet<>();
            types.forEach(field -> all.addAll(Boundaries.all(field.value())));
            boundaries = new ArrayList<>(all);
        } else if (main.startsWith("multipart/")) {
            String boundary = Boundaries.first(type);
            boundaries = boundary.isEmpty() ? List.of() : List.of(boundary);
            if (boundary.isEmpty()) {
                anomalies.add(Anomaly.BOUNDARY_MISSING);
            }
        }
        String encodingField = chosen(fields, Fields.ENCODING, reading);
        String encoding = Parameters.parse(encodingField).main();
        boolean known = ENCODINGS.contains(encoding) || encoding.isEmpty();
        boolean certain = known && !anomalies.contains(Anomaly.FIELD_DUPLICATE) && !anomalies.contains(Anomaly.ENCODING_VALUE)
                && encodings.stream().allMatch(Fields.Field::certain);
        if (main.startsWith("multipart/") && (encoding.equals("base64") || encoding.equals("quoted-printable"))) {
            anomalies.add(Anomaly.ENCODING_COMPOSITE);
        }
        String disposition = Parameters.parse(chosen(fields, Fields.DISPOSITION, reading)).main();
        List<Fields.Field> subjects = fields.all(Fields.SUBJECT, false);
        String subject = subjects.isEmpty() ? "" : subjects.getFirst().value();
        List<String> names = names(types, dispositions, fields.all(Fields.DESCRIPTION, false));
        return new Entity(main, typeField, boundaries, encoding, certain, disposition.equals("attachment"), names,
                names.size() > 1 && conflict(types, dispositions), subject);
    }

    boolean multipart() {
        return !boundaries.isEmpty();
    }

    /** Whether it is shown as the text of the mail. */
    boolean inlineText() {
        return !attachment && names.isEmpty() && (type.startsWith("text/plain") || type.startsWith("text/html")
                || type.startsWith("multipart/") || type.equals("text") || type.indexOf('/') < 0);
    }

    private static String chosen(Fields fields, String name, Reading reading) {
        List<Fields.Field> candidates = fields.all(name, reading.last());
        if (candidates.isEmpty()) {
            return "";
        }
        return reading.last() ? candidates.getLast().value() : candidates.getFirst().value();
    }

    private static List<String> names(List<Fields.Field> types, List<Fields.Field> dispositions, List<Fields.Field> descriptions) {
        if (types.isEmpty() && dispositions.isEmpty()) {
            return List.of();
        }
        Set<String> names = new LinkedHashSet<>();
        for (Fields.Field field : dispositions) {
            names.addAll(FileNames.of(Parameters.parse(field.value()), "filename"));
        }
        for (Fields.Field field : types) {
            names.addAll(FileNames.of(Parameters.parse(field.value()), "name"));
        }
        for (Fields.Field field : dispositions) {
            names.addAll(FileNames.suspects(field.value()));
        }
        for (Fields.Field field : types) {
            names.addAll(FileNames.suspects(field.value()));
        }
        if (names.isEmpty() && !dispositions.isEmpty()) {
            for (Fields.Field field : descriptions) {
                names.addAll(FileNames.described(field.value()));
            }
        }
        List<String> list = new ArrayList<>(names);
        return list.size() > MAX_NAMES ? list.subList(0, MAX_NAMES) : list;
    }

    private static boolean conflict(List<Fields.Field> types, List<Fields.Field> dispositions) {
        Set<String> endings = new HashSet<>();
        for (Fields.Field field : dispositions) {
            FileNames.of(Parameters.parse(field.value()), "filename").forEach(name -> endings.add(FileNames.ending(name)));
        }
        for (Fields.Field field : types) {
            FileNames.of(Parameters.parse(field.value()), "name").forEach(name -> endings.add(FileNames.ending(name)));
        }
        endings.remove("");
        return endings.size() > 1;
    }

    private static Set<Anomaly> doubts(List<Fields.Field> types, List<Fields.Field> dispositions, List<Fields.Field> encodings) {
        if (types.size() <= 1 && dispositions.size() <= 1 && encodings.size() <= 1 && types.stream().allMatch(Entity::plainType)
                && encodings.stream().allMatch(Entity::plainEncoding)) {
            return Set.of();
        }
        Set<Anomaly> doubts = EnumSet.noneOf(Anomaly.class);
        if (differ(types) || differ(dispositions) || differ(encodings)) {
            doubts.add(Anomaly.FIELD_DUPLICATE);
        }
        for (Fields.Field field : types) {
            Parameters type = Parameters.parse(field.value());
            if (type.main().startsWith("multipart")) {
                if (type.values("boundary").size() > 1) {
                    doubts.add(Anomaly.BOUNDARY_DUPLICATE);
                } else if (!Boundaries.certain(type)) {
                    doubts.add(Anomaly.BOUNDARY_SYNTAX);
                }
            }
            if (Fields.lower(field.value()).contains("boundary") && !type.main().startsWith("multipart")
                    || !type.main().isEmpty() && !MEDIA_TYPE.matcher(type.main()).matches()) {
                doubts.add(Anomaly.TYPE_SYNTAX);
            }
        }
        if (!encodings.stream().allMatch(Entity::plainEncoding)) {
            doubts.add(Anomaly.ENCODING_VALUE);
        }
        return doubts;
    }

    private static boolean differ(List<Fields.Field> fields) {
        return fields.stream().map(f -> BLANKS.matcher(Fields.lower(f.value())).replaceAll(" ").strip()).distinct().count() > 1;
    }

    private static boolean plainType(Fields.Field field) {
        String value = Fields.lower(field.value()).strip();
        return value.startsWith("text/") && !value.contains("boundary") && !value.contains(",");
    }

    private static boolean plainEncoding(Fields.Field field) {
        return ENCODINGS.contains(OUTER_BLANKS.matcher(Fields.lower(field.value())).replaceAll(""));
    }
}
