package org.pagetrail.traces.yaml;

/** A YAML file that cannot be used. Its message is the one line to show: file, line, column, what is wrong, what to do. */
public class YamlException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With the line to show. */
    public YamlException(String message) {
        super(message);
    }

    /** With the line to show and what lies under it. */
    public YamlException(String message, Throwable cause) {
        super(message, cause);
    }
}
