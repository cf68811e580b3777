#pragma once

#include <QByteArray>
#include <QSettings>
#include <QString>

#include <filesystem>

namespace ui::window {

/// A remembered thing: its name in the file and what holds until it was set. This table is the whole list.
template <class T>
struct SettingKey {
    const char* name;
    T fallback;
};

namespace keys {
inline const SettingKey<QByteArray> windowGeometry{"window/geometry", {}};
inline const SettingKey<QString> lastPage{"window/lastPage", QStringLiteral("overview")};
inline const SettingKey<int> theme{"window/theme", 0}; ///< style::ThemeChoice
inline const SettingKey<int> chartSpan{"overview/spanSeconds", 300};
inline const SettingKey<QByteArray> tasksSplitter{"tasks/splitter", {}};
inline const SettingKey<int> tasksDetailTab{"tasks/detailTab", 0};
inline const SettingKey<int> schedulesTab{"schedules/tab", 0};
inline const SettingKey<QByteArray> schedulesSplitter{"schedules/splitter", {}};
inline const SettingKey<QByteArray> scheduleDetailSplitter{"schedules/detailSplitter", {}};
inline const SettingKey<QString> calendarZone{"schedules/calendarZone", {}};
/// With the table's name as subject.
inline const SettingKey<QByteArray> tableColumns{"columns", {}};
/// With the task type's id as subject: the parameters launched last, as JSON.
inline const SettingKey<QString> launchValues{"launch", {}};
inline const SettingKey<QString> lastTaskType{"launch/lastType", {}};
inline const SettingKey<QString> lastApprover{"crisis/lastApprover", {}};
inline const SettingKey<QString> lastImportFolder{"import/lastFolder", {}};
} // namespace keys

/// Thread: gui. What the console remembers between two starts: an INI file in the data directory. A file that cannot
/// be written costs the memory, nothing else.
class Settings {
  public:
    explicit Settings(const std::filesystem::path& file)
        : m_store(QString::fromStdString(file.string()), QSettings::IniFormat) {}

    template <class T>
    T get(const SettingKey<T>& key, const QString& subject = {}) const {
        return m_store.value(nameOf(key.name, subject), QVariant::fromValue(key.fallback)).template value<T>();
    }
    template <class T>
    void set(const SettingKey<T>& key, const T& value, const QString& subject = {}) {
        m_store.setValue(nameOf(key.name, subject), QVariant::fromValue(value));
    }

  private:
    static QString nameOf(const char* name, const QString& subject) {
        return subject.isEmpty() ? QString::fromLatin1(name) : QString::fromLatin1(name) + QLatin1Char('/') + subject;
    }
    QSettings m_store;
};

} // namespace ui::window
