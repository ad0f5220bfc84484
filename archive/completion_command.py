"""``decisions completion``: the few lines that make a shell complete commands and options.

Made by click; nothing is installed and no room is imported. PowerShell and cmd.exe are not served.
"""

from __future__ import annotations

import click
from click.shell_completion import ShellComplete, get_completion_class

from archive.errors import UsageError

VARIABLE = "_DECISIONS_COMPLETE"
SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print what makes SHELL complete the commands and options of decisions.

    \b
    bash: decisions completion bash >> ~/.bashrc
    zsh:  decisions completion zsh >> ~/.zshrc
    fish: decisions completion fish > ~/.config/fish/completions/decisions.fish

    Then open a new shell. Bash has to be 4.4 or newer.
    """
    made = get_completion_class(shell)
    if made is None:
        raise UsageError(f"nothing is known of the shell {shell}")
    # Not the subclass's own: for bash that starts the bash of this machine to ask its version.
    click.echo(ShellComplete.source(made(ctx.find_root().command, {}, "decisions", VARIABLE)))
