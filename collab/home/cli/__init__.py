"""What an operator types about the installation as a whole."""

from collab.home.cli.looking_over import doctor
from collab.home.cli.setting_up import init, load_demo

COMMANDS = (init, load_demo, doctor)
