//! What Flink's own client insists on reading in Java's serialized form: exceptions, and the values of accumulators.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ops_core::rest::wire::operations::FailureCause;

use crate::sim::Throwable;

/// The exception as an operation's result carries it: the client prints its class twice.
pub(crate) fn failure_cause(throwable: &Throwable) -> FailureCause {
    carried(throwable, Throwable::headline)
}

/// The exception as a job's result carries it: the client unpacks it, and prints its class once.
pub(crate) fn job_failure(throwable: &Throwable) -> FailureCause {
    carried(throwable, |throwable| throwable.message().to_owned())
}

fn carried(throwable: &Throwable, message: fn(&Throwable) -> String) -> FailureCause {
    let stack_trace = throwable.stack_trace();
    let serialized = serialize(throwable, message);
    FailureCause {
        class: throwable.class().to_owned(),
        stack_trace,
        serialized_throwable: Some(STANDARD.encode(serialized)),
    }
}

// The stream protocol of java.io.ObjectOutputStream.
const MAGIC_AND_VERSION: [u8; 4] = [0xac, 0xed, 0x00, 0x05];
const NULL: u8 = 0x70;
const REFERENCE: u8 = 0x71;
const CLASS_DESCRIPTION: u8 = 0x72;
const OBJECT: u8 = 0x73;
const STRING: u8 = 0x74;
const ARRAY: u8 = 0x75;
const LONG_STRING: u8 = 0x7c;
const END_OF_BLOCK_DATA: u8 = 0x78;
const SERIALIZABLE: u8 = 0x02;
const SERIALIZABLE_WITH_WRITE_METHOD: u8 = 0x03;

/// The type of a field that is a string.
const STRING_TYPE: &str = "Ljava/lang/String;";

/// The handle of the first thing written: the class description.
const CLASS_HANDLE: [u8; 4] = [0x00, 0x7e, 0x00, 0x00];

/// The handle of the second thing written: the type name `Ljava/lang/String;`, after the class description.
const STRING_TYPE_HANDLE: [u8; 4] = [0x00, 0x7e, 0x00, 0x01];

/// The exception that Flink's client looks for by its class: a job that cannot be initialized.
const NOT_INITIALIZED: &str = "org.apache.flink.runtime.client.JobInitializationException";

/// An `org.apache.flink.util.SerializedThrowable`, mostly without the original exception's bytes: the client then shows the
/// text alone, as it does for exceptions of classes that it does not have.
fn serialize(throwable: &Throwable, message: fn(&Throwable) -> String) -> Vec<u8> {
    let mut out = MAGIC_AND_VERSION.to_vec();
    out.push(OBJECT);
    describe_serialized_throwable(&mut out, None);
    fields(&mut out, throwable, message, Cause::SameClass);
    out
}

/// The class and its superclasses. The type of its strings was written before, or is written anew.
fn describe_serialized_throwable(out: &mut Vec<u8>, string_type: Option<&str>) {
    describe(out, "org.apache.flink.util.SerializedThrowable", 0x6516_9df5_1fa7_13f3, SERIALIZABLE, 3);
    field(out, b'L', "fullStringifiedStackTrace", Some(STRING_TYPE));
    field(out, b'L', "originalErrorClassName", string_type);
    field(out, b'[', "serializedException", Some("[B"));
    out.push(END_OF_BLOCK_DATA);
    describe_exception(out, string_type);
}

/// `java.lang.Exception` and what is above it.
fn describe_exception(out: &mut Vec<u8>, string_type: Option<&str>) {
    describe(out, "java.lang.Exception", 0xd0fd_1f3e_1a3b_1cc4, SERIALIZABLE, 0);
    out.push(END_OF_BLOCK_DATA);
    describe(out, "java.lang.Throwable", 0xd5c6_3527_3977_b8cb, SERIALIZABLE_WITH_WRITE_METHOD, 4);
    field(out, b'L', "cause", Some("Ljava/lang/Throwable;"));
    field(out, b'L', "detailMessage", string_type);
    field(out, b'[', "stackTrace", Some("[Ljava/lang/StackTraceElement;"));
    field(out, b'L', "suppressedExceptions", Some("Ljava/util/List;"));
    out.extend([END_OF_BLOCK_DATA, NULL]);
}

/// How a cause is written: as one more object of a class that was described before, or of one that is described here.
#[derive(Clone, Copy)]
enum Cause {
    SameClass,
    Described,
}

/// The fields of `java.lang.Throwable`; an absent stack trace reads back as an empty one.
fn throwable_fields(
    out: &mut Vec<u8>,
    throwable: &Throwable,
    message: fn(&Throwable) -> String,
    cause: Cause,
) {
    match throwable.cause() {
        None => out.push(NULL),
        Some(inner) => {
            out.push(OBJECT);
            match cause {
                Cause::SameClass => {
                    out.push(REFERENCE);
                    out.extend(CLASS_HANDLE);
                }
                Cause::Described => describe_serialized_throwable(out, Some(STRING_TYPE)),
            }
            fields(out, &inner, message, cause);
        }
    }
    string(out, &message(throwable));
    out.extend([NULL, NULL, END_OF_BLOCK_DATA]);
}

/// The values of the fields of a `SerializedThrowable`, those of the superclass first.
fn fields(out: &mut Vec<u8>, throwable: &Throwable, message: fn(&Throwable) -> String, cause: Cause) {
    throwable_fields(out, throwable, message, cause);
    string(out, &throwable.stack_trace());
    string(out, throwable.class());
    if throwable.class() == NOT_INITIALIZED {
        let original = not_initialized(throwable, message);
        out.push(ARRAY);
        describe(out, "[B", 0xacf3_17f8_0608_54e0, SERIALIZABLE, 0);
        out.extend([END_OF_BLOCK_DATA, NULL]);
        out.extend(u32::try_from(original.len()).unwrap_or(0).to_be_bytes());
        out.extend(original);
    } else {
        out.push(NULL);
    }
}

/// The exception itself, as a stream of its own; it does not say of which job it is.
fn not_initialized(throwable: &Throwable, message: fn(&Throwable) -> String) -> Vec<u8> {
    let mut out = MAGIC_AND_VERSION.to_vec();
    out.push(OBJECT);
    describe(&mut out, NOT_INITIALIZED, 0x271b_db7d_c7db_9086, SERIALIZABLE, 0);
    out.push(END_OF_BLOCK_DATA);
    let execution = "org.apache.flink.runtime.client.JobExecutionException";
    describe(&mut out, execution, 0x271b_db7d_c7db_9085, SERIALIZABLE, 1);
    field(&mut out, b'L', "jobID", Some("Lorg/apache/flink/api/common/JobID;"));
    out.push(END_OF_BLOCK_DATA);
    describe(&mut out, "org.apache.flink.util.FlinkException", 0x0641_2b0c_fb45_99b4, SERIALIZABLE, 0);
    out.push(END_OF_BLOCK_DATA);
    describe_exception(&mut out, Some(STRING_TYPE));
    throwable_fields(&mut out, throwable, message, Cause::Described);
    out.push(NULL);
    out
}

/// An accumulator's value, as `org.apache.flink.util.OptionalFailure` wraps it: an `Integer` or a `Long`.
pub(super) fn counter(kind: &str, value: i64) -> Vec<u8> {
    let mut out = MAGIC_AND_VERSION.to_vec();
    out.push(OBJECT);
    describe(&mut out, "org.apache.flink.util.OptionalFailure", 1, SERIALIZABLE_WITH_WRITE_METHOD, 1);
    field(&mut out, b'L', "failureCause", Some("Ljava/lang/Throwable;"));
    out.extend([END_OF_BLOCK_DATA, NULL, NULL, OBJECT]);
    let (name, serial_version, code) = match kind {
        "IntCounter" => ("java.lang.Integer", 0x12e2_a0a4_f781_8738, b'I'),
        _ => ("java.lang.Long", 0x3b8b_e490_cc8f_23df, b'J'),
    };
    describe(&mut out, name, serial_version, SERIALIZABLE, 1);
    out.push(code);
    short_text(&mut out, "value");
    out.push(END_OF_BLOCK_DATA);
    describe(&mut out, "java.lang.Number", 0x86ac_951d_0b94_e08b, SERIALIZABLE, 0);
    out.extend([END_OF_BLOCK_DATA, NULL]);
    match code {
        b'I' => out.extend((value as i32).to_be_bytes()),
        _ => out.extend(value.to_be_bytes()),
    }
    out.push(END_OF_BLOCK_DATA);
    out
}

fn describe(out: &mut Vec<u8>, name: &str, serial_version: u64, flags: u8, fields: u16) {
    out.push(CLASS_DESCRIPTION);
    short_text(out, name);
    out.extend(serial_version.to_be_bytes());
    out.push(flags);
    out.extend(fields.to_be_bytes());
}

/// A field; without a type it is a string, whose type name was written before.
fn field(out: &mut Vec<u8>, code: u8, name: &str, type_name: Option<&str>) {
    out.push(code);
    short_text(out, name);
    match type_name {
        Some(type_name) => string(out, type_name),
        None => {
            out.push(REFERENCE);
            out.extend(STRING_TYPE_HANDLE);
        }
    }
}

fn string(out: &mut Vec<u8>, text: &str) {
    let bytes = modified_utf8(text);
    match u16::try_from(bytes.len()) {
        Ok(length) => {
            out.push(STRING);
            out.extend(length.to_be_bytes());
        }
        Err(_) => {
            out.push(LONG_STRING);
            out.extend((bytes.len() as u64).to_be_bytes());
        }
    }
    out.extend(bytes);
}

fn short_text(out: &mut Vec<u8>, text: &str) {
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    out.extend(length.to_be_bytes());
    out.extend(&text.as_bytes()[..usize::from(length)]);
}

/// Java's UTF-8: NUL in two bytes, characters beyond the basic plane as surrogates of three bytes each.
fn modified_utf8(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for unit in text.encode_utf16() {
        match unit {
            0x01..=0x7f => out.push(unit as u8),
            0x00 | 0x80..=0x7ff => out.extend([0xc0 | (unit >> 6) as u8, 0x80 | (unit & 0x3f) as u8]),
            _ => out.extend([
                0xe0 | (unit >> 12) as u8,
                0x80 | (unit >> 6 & 0x3f) as u8,
                0x80 | (unit & 0x3f) as u8,
            ]),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_written_as_java_writes_it() {
        assert_eq!(modified_utf8("a\0é"), [b'a', 0xc0, 0x80, 0xc3, 0xa9]);
        assert_eq!(modified_utf8("😀"), [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]);
        let mut long = Vec::new();
        string(&mut long, &"x".repeat(70_000));
        assert_eq!((long[0], long.len()), (LONG_STRING, 9 + 70_000));
    }

    #[test]
    fn a_counter_is_what_a_real_job_manager_answered() {
        let recorded = "rO0ABXNyACVvcmcuYXBhY2hlLmZsaW5rLnV0aWwuT3B0aW9uYWxGYWlsdXJlAAAAAAAAAAEDAAFMAAxmYWlsdXJlQ2F1c2V0ABVM\
                        amF2YS9sYW5nL1Rocm93YWJsZTt4cHBzcgARamF2YS5sYW5nLkludGVnZXIS4qCk94GHOAIAAUkABXZhbHVleHIAEGphdmEubGFu\
                        Zy5OdW1iZXKGrJUdC5TgiwIAAHhwAAAHU3g=";
        assert_eq!(STANDARD.encode(counter("IntCounter", 1875)), recorded);
    }

    #[test]
    fn a_failure_carries_class_text_and_stream() {
        let cause = failure_cause(&Throwable::new("a.B", "broken").completion());
        assert_eq!(cause.class, "java.util.concurrent.CompletionException");
        assert!(
            cause.stack_trace.starts_with("java.util.concurrent.CompletionException: a.B: broken\n\tat ")
        );
        let stream = STANDARD.decode(cause.serialized_throwable.unwrap()).unwrap();
        assert_eq!(stream[..6], [0xac, 0xed, 0x00, 0x05, OBJECT, CLASS_DESCRIPTION]);
    }
}
