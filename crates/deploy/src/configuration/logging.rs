//! Log4j's files, as Flink's scripts ask for them by name.

/// A file for Log4j.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogFile {
    /// Its name in the conf directory.
    pub name: &'static str,
    /// What it says.
    pub text: &'static str,
}

/// A file that is begun anew at 100 MB and at each start, ten of which are kept.
macro_rules! rolling {
    () => {
        "\
appender.file.name = File
appender.file.type = RollingFile
appender.file.fileName = ${sys:log.file}
appender.file.filePattern = ${sys:log.file}.%i
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %-60c %x - %m%n
appender.file.policies.type = Policies
appender.file.policies.size.type = SizeBasedTriggeringPolicy
appender.file.policies.size.size = 100MB
appender.file.policies.startup.type = OnStartupTriggeringPolicy
appender.file.strategy.type = DefaultRolloverStrategy
appender.file.strategy.max = 10

logger.netty.name = org.jboss.netty.channel.DefaultChannelPipeline
logger.netty.level = OFF
"
    };
}

const CONSOLE: LogFile = LogFile {
    name: "log4j-console.properties",
    text: concat!(
        "\
# Processes in the foreground, as systemd and containers start them: to the console, and to a file for the dashboard.
# Read again every 30 s.
monitorInterval = 30

rootLogger.level = INFO
rootLogger.appenderRef.console.ref = Console
rootLogger.appenderRef.file.ref = File

appender.console.name = Console
appender.console.type = Console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %-60c %x - %m%n

",
        rolling!()
    ),
};

const DAEMON: LogFile = LogFile {
    name: "log4j.properties",
    text: concat!(
        "\
# Processes in the background, as bin/start-cluster.sh starts them: to a file. Read again every 30 s.
monitorInterval = 30

rootLogger.level = INFO
rootLogger.appenderRef.file.ref = File

",
        rolling!()
    ),
};

const CLIENT: LogFile = LogFile {
    name: "log4j-cli.properties",
    text: "\
# bin/flink: everything to a file, so that the terminal shows results only.
rootLogger.level = INFO
rootLogger.appenderRef.file.ref = File

appender.file.name = File
appender.file.type = File
appender.file.append = false
appender.file.fileName = ${sys:log.file}
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %-60c %x - %m%n

# Said on every start where there is no Hadoop, and of no use to anybody.
logger.hadoop.name = org.apache.hadoop.util.NativeCodeLoader
logger.hadoop.level = OFF
logger.netty.name = org.jboss.netty.channel.DefaultChannelPipeline
logger.netty.level = OFF
",
};

const SESSION: LogFile = LogFile {
    name: "log4j-session.properties",
    text: "\
# bin/yarn-session.sh and bin/kubernetes-session.sh: to the terminal.
rootLogger.level = INFO
rootLogger.appenderRef.console.ref = Console

appender.console.name = Console
appender.console.type = Console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %-60c %x - %m%n

logger.netty.name = org.jboss.netty.channel.DefaultChannelPipeline
logger.netty.level = OFF
",
};

/// The files of a node with processes.
pub fn log_files() -> &'static [LogFile] {
    &[CONSOLE, DAEMON, CLIENT]
}

/// The files of a place with clients only.
pub fn client_log_files() -> &'static [LogFile] {
    &[CLIENT, SESSION]
}
