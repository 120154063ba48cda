import Foundation
import PackagePlugin

/// Makes the lessons a part of the program: writes the session files of `sessions/` into one Swift
/// source, as raw string literals, and the files that they load as literals of hexadecimal digits.
///
/// SwiftPM's own `.embedInCode` makes arrays of bytes of them, which take the compiler longer than
/// the rest of the program.
@main
struct EmbedLessons: BuildToolPlugin {
  // The folder is read when the command runs, so that a new file needs no new plan of the build.
  private static let script = #"""
    folder=$1 source=$2
    {
      echo 'let embeddedLessons: [(name: String, text: String)] = ['
      for file in "$folder"/*.dpu; do
        name=${file##*/}
        printf '  (\n    "%s",\n    ##"%s\n' "${name%.dpu}" '""'
        cat "$file"
        printf '\n%s"##\n  ),\n' '""'
      done
      echo ']'
      echo 'let embeddedSamples: [(name: String, digits: String)] = ['
      for file in "$folder"/*; do
        case $file in *.dpu) continue ;; esac
        printf '  ("%s", "%s"),\n' "${file##*/}" "$(od -An -v -tx1 "$file" | tr -d ' \n')"
      done
      echo ']'
    } > "$source"
    """#

  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let folder = context.package.directoryURL.appending(path: "sessions")
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    let source = context.pluginWorkDirectoryURL.appending(path: "EmbeddedLessons.swift")
    return [
      .buildCommand(
        displayName: "Embedding the lessons", executable: URL(filePath: "/bin/sh"),
        arguments: ["-e", "-c", Self.script, "sh", folder.path(), source.path()],
        inputFiles: [folder] + files, outputFiles: [source])
    ]
  }
}
