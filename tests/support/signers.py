"""Programs around the signers of docs/signers, in their languages: one that signs what it is given by the line, and one
for the call that docs/urls.md shows. A language that is not installed skips the test, and says so."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

BUILD_SECONDS = 240  # a guard for a busy machine: Go compiles its library on the first run

# What each program reads: key id, secret, template, format, scale, expires, open names ("-" for no list at all), then
# names and values in hex, all with tabs between them.

PYTHON = """
import sys
sys.path.insert(0, ".")
from sign import sign
for line in sys.stdin:
    kid, secret, template, format, scale, expires, opened, *rest = line.rstrip("\\n").split("\\t")
    texts = [bytes.fromhex(part).decode() for part in rest]
    open_params = None if opened == "-" else list(filter(None, opened.split(",")))
    print(sign(kid, bytes.fromhex(secret), template, dict(zip(texts[::2], texts[1::2])), format=format,
               scale=int(scale), open_params=open_params, expires=expires))
"""

NODE = """
import { readFileSync } from "node:fs";
import { sign } from "./sign.mjs";
for (const line of readFileSync(0, "utf8").split("\\n").filter(Boolean)) {
  const [kid, secret, template, format, scale, expires, opened, ...rest] = line.split("\\t");
  const texts = rest.map((part) => Buffer.from(part, "hex").toString());
  const params = Object.fromEntries(texts.map((text, i) => [text, texts[i + 1]]).filter((_, i) => i % 2 === 0));
  const open = opened === "-" ? null : opened.split(",").filter(Boolean);
  console.log(sign(kid, Buffer.from(secret, "hex"), template, params, { format, scale: Number(scale), open, expires }));
}
"""

PHP = """<?php
require "sign.php";
foreach (file("php://stdin", FILE_IGNORE_NEW_LINES) as $line) {
    [$kid, $secret, $template, $format, $scale, $expires, $opened] = explode("\\t", $line);
    $params = [];
    $pairs = array_chunk(array_slice(explode("\\t", $line), 7), 2);
    foreach ($pairs as [$name, $text]) $params[hex2bin($name)] = hex2bin($text);
    $open = $opened === "-" ? null : array_filter(explode(",", $opened));
    echo sign($kid, hex2bin($secret), $template, $params, $format, (int) $scale, $open, $expires), "\\n";
}
"""

RUBY = """
require "./sign"
STDIN.each_line(chomp: true) do |line|
  kid, secret, template, format, scale, expires, opened, *rest = line.split("\\t", -1)
  params = rest.map { |part| [part].pack("H*").force_encoding("UTF-8") }.each_slice(2).to_h
  open = opened == "-" ? nil : opened.split(",")
  puts sign(kid, [secret].pack("H*"), template, params, format: format, scale: scale.to_i, open: open, expires: expires)
end
"""

GO = """package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"strings"

	"signers/nameplate"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		parts := strings.Split(lines.Text(), "\\t")
		secret, _ := hex.DecodeString(parts[1])
		scale, _ := strconv.Atoi(parts[4])
		params := [][2]string{}
		for at := 7; at+1 < len(parts); at += 2 {
			name, _ := hex.DecodeString(parts[at])
			text, _ := hex.DecodeString(parts[at+1])
			params = append(params, [2]string{string(name), string(text)})
		}
		var open []string
		if parts[6] == "" {
			open = []string{}
		} else if parts[6] != "-" {
			open = strings.Split(parts[6], ",")
		}
		fmt.Println(nameplate.Sign(parts[0], secret, parts[2], parts[3], scale, params, open, parts[5]))
	}
}
"""

JAVA = """
import java.nio.charset.StandardCharsets;
import java.util.*;

class Main {
  public static void main(String[] none) throws Exception {
    var out = new java.io.PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (var in = new Scanner(System.in); in.hasNextLine();) {
      String[] parts = in.nextLine().split("\\t", -1);
      var params = new LinkedHashMap<String, String>();
      for (int at = 7; at + 1 < parts.length; at += 2) params.put(text(parts[at]), text(parts[at + 1]));
      List<String> open = parts[6].isEmpty() ? List.of() : List.of(parts[6].split(","));
      out.println(Sign.sign(parts[0], HexFormat.of().parseHex(parts[1]), parts[2], parts[3], Integer.parseInt(parts[4]),
          params, parts[6].equals("-") ? null : open, parts[5]));
    }
  }

  static String text(String hex) {
    return new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8);
  }
}
"""


@dataclass(frozen=True, slots=True)
class Language:
    """`signer` is copied into a folder as `copy`, with `main` beside it as `file`; `command` runs that."""

    name: str
    signer: str
    copy: str
    file: str
    main: str
    tool: str
    command: tuple[str, ...]
    build: tuple[str, ...] = ()


LANGUAGES = [
    Language("Python", "sign.py", "sign.py", "main.py", PYTHON, "python3", ("python3", "main.py")),
    Language("Node", "sign.mjs", "sign.mjs", "main.mjs", NODE, "node", ("node", "main.mjs")),
    Language("PHP", "sign.php", "sign.php", "main.php", PHP, "php", ("php", "main.php")),
    Language("Ruby", "sign.rb", "sign.rb", "main.rb", RUBY, "ruby", ("ruby", "main.rb")),
    Language(
        "Go", "sign.go", "nameplate/sign.go", "main.go", GO, "go", ("./signs",), ("go", "build", "-o", "signs", ".")
    ),
    Language(
        "Java",
        "Sign.java",
        "Sign.java",
        "Main.java",
        JAVA,
        "javac",
        ("java", "-cp", ".", "Main"),
        ("javac", "Main.java"),
    ),
]


class Bench:
    """A folder with one signer in it, where programs that use it are built and run."""

    def __init__(self, language: Language, signers: Path, folder: Path) -> None:
        if shutil.which(language.tool) is None:
            pytest.skip(f"{language.tool} is not installed, so the {language.name} signer cannot be tried")
        self._language, self._folder = language, folder
        copy = folder / language.copy
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes((signers / language.signer).read_bytes())
        if language.name == "Go":
            (folder / "go.mod").write_text("module signers\n\ngo 1.18\n")

    def run(self, program: str, lines: str = "") -> list[str]:
        """What `program` prints when it is given `lines`."""
        (self._folder / self._language.file).write_text(program, encoding="utf-8")
        if self._language.build:
            self._call(self._language.build, "")
        return self._call(self._language.command, lines).splitlines()

    def _call(self, command: tuple[str, ...], lines: str) -> str:
        ran = subprocess.run(
            command,
            cwd=self._folder,
            input=lines,
            capture_output=True,
            encoding="utf-8",
            timeout=BUILD_SECONDS,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout


# How the call that docs/urls.md shows is wrapped into a program: the name of its block, and the program.
CALLS = {
    "Python": ("python", "from sign import sign\nsecret = bytes.fromhex('{secret}')\nprint({call})\n"),
    "Node": (
        "js",
        'import {{ sign }} from "./sign.mjs";\nconst secret = Buffer.from("{secret}", "hex");\nconsole.log({call});\n',
    ),
    "PHP": ("php", '<?php require "sign.php";\n$secret = hex2bin("{secret}");\necho {call};\n'),
    "Ruby": ("ruby", 'require "./sign"\nsecret = ["{secret}"].pack("H*")\nputs {call}\n'),
    "Go": (
        "go",
        """package main

import (
	"encoding/hex"
	"fmt"

	"signers/nameplate"
)

func main() {{
	secret, _ := hex.DecodeString("{secret}")
	fmt.Println({call})
}}
""",
    ),
    "Java": (
        "java",
        """
import java.util.*;

class Main {{
  public static void main(String[] none) throws Exception {{
    byte[] secret = HexFormat.of().parseHex("{secret}");
    System.out.println({call});
  }}
}}
""",
    ),
}
